/**
 * Provinces with the codes WeChat Pay gives them, and some cities of each: a city's code is its telephone
 * area code without the leading zero (北京 10, 杭州 571). No Hong Kong, Macao and Taiwan, as documented.
 */
export interface City {
  readonly name: string;
  readonly code: number;
}

export interface Province {
  readonly name: string;
  readonly code: number;
  readonly cities: readonly City[];
}

const table: readonly (readonly [string, string])[] = [
  ['北京市', '北京市 10'],
  ['上海市', '上海市 21'],
  ['天津市', '天津市 22'],
  ['重庆市', '重庆市 23'],
  ['河北省', '石家庄市 311 唐山市 315 秦皇岛市 335 保定市 312 邯郸市 310 廊坊市 316'],
  ['山西省', '太原市 351 大同市 352 临汾市 357 晋中市 354'],
  ['内蒙古', '呼和浩特市 471 包头市 472 赤峰市 476 鄂尔多斯市 477'],
  ['辽宁省', '沈阳市 24 大连市 411 鞍山市 412 锦州市 416'],
  ['吉林省', '长春市 431 吉林市 432 延边朝鲜族自治州 433'],
  ['黑龙江省', '哈尔滨市 451 齐齐哈尔市 452 大庆市 459 牡丹江市 453'],
  ['江苏省', '南京市 25 苏州市 512 无锡市 510 常州市 519 南通市 513 徐州市 516 扬州市 514'],
  ['浙江省', '杭州市 571 宁波市 574 温州市 577 嘉兴市 573 绍兴市 575 金华市 579 台州市 576'],
  ['安徽省', '合肥市 551 芜湖市 553 安庆市 556 黄山市 559'],
  ['福建省', '福州市 591 厦门市 592 泉州市 595 漳州市 596'],
  ['江西省', '南昌市 791 九江市 792 赣州市 797 景德镇市 798'],
  ['山东省', '济南市 531 青岛市 532 烟台市 535 潍坊市 536 临沂市 539 威海市 631'],
  ['河南省', '郑州市 371 洛阳市 379 南阳市 377 新乡市 373'],
  ['湖北省', '武汉市 27 宜昌市 717 襄阳市 710 荆州市 716'],
  ['湖南省', '长沙市 731 岳阳市 730 衡阳市 734 常德市 736'],
  ['广东省', '广州市 20 深圳市 755 珠海市 756 佛山市 757 东莞市 769 中山市 760 惠州市 752 汕头市 754'],
  ['广西', '南宁市 771 柳州市 772 桂林市 773 北海市 779'],
  ['海南省', '海口市 898 三亚市 899'],
  ['四川省', '成都市 28 绵阳市 816 德阳市 838 宜宾市 831'],
  ['贵州省', '贵阳市 851 遵义市 852 黔东南苗族侗族自治州 855'],
  ['云南省', '昆明市 871 大理白族自治州 872 丽江市 888'],
  ['西藏', '拉萨市 891 日喀则市 892'],
  ['陕西省', '西安市 29 宝鸡市 917 咸阳市 910 延安市 911'],
  ['甘肃省', '兰州市 931 天水市 938 酒泉市 937'],
  ['宁夏', '银川市 951 石嘴山市 952'],
  ['青海省', '西宁市 971 海东市 972'],
  ['新疆', '乌鲁木齐市 991 克拉玛依市 990 伊犁哈萨克自治州 999'],
];

const citiesOf = (text: string): City[] =>
  [...text.matchAll(/(\S+) (\d+)/g)].map((match) => ({ name: match[1]!, code: Number(match[2]) }));

export const provinces: readonly Province[] = table.map(([name, cities], at) => ({
  name,
  code: at + 1,
  cities: citiesOf(cities),
}));

export const cityByCode: ReadonlyMap<number, City> = new Map(
  provinces.flatMap((province) => province.cities.map((city) => [city.code, city])),
);
